import Foundation

// generate-api <service-2.json> <output directory>
//
// Writes the Swift of a service's shapes, operations and faults from its model, and removes what an earlier run wrote and
// this one didn't. The output depends on the model alone.

guard CommandLine.arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: generate-api <service-2.json> <output directory>\n".utf8))
    exit(64)
}

do {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
    let model = try ServiceModel(JSONParser.parse(Array(bytes)))
    let files = try Generation(model).files()
    try OutputDirectory(path: CommandLine.arguments[2]).write(files)
    print("\(model.operations.count) operations, \(model.shapes.count) shapes: \(files.count) files")
} catch {
    FileHandle.standardError.write(Data("generate-api: \(error)\n".utf8))
    exit(1)
}
