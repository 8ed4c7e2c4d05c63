import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Tags between the API's shapes and the model's rules.
enum TagInput {
    /// Throws `InvalidParameterValue` naming the tag, or, if the tags are to be counted already, `TagQuotaPerResourceExceeded`.
    static func tags(_ shapes: [API.Tag]?, _ context: RequestContext, countsThem: Bool = true) throws -> [CacheModel.Tag] {
        let tags = (shapes ?? []).map { CacheModel.Tag(key: $0.key ?? "", value: $0.value ?? "") }
        do {
            try TagRules.check(tags, limit: countsThem ? context.quotas.tagsPerResource : .max)
        } catch {
            throw fault(error, context)
        }
        return tags
    }

    static func answer(_ tags: [CacheModel.Tag]) -> [API.Tag] {
        tags.map { API.Tag(key: $0.key, value: $0.value) }
    }

    static func fault(_ failure: TagRules.Failure, _ context: RequestContext) -> ServiceFault {
        switch failure {
        case .emptyKey(let index):
            .value("The parameter \(path(index)).Key must be provided and must not be null.")
        case .keyTooLong(let index):
            .value("The parameter \(path(index)).Key must not be longer than \(TagRules.keyLength.upperBound) characters.")
        case .valueTooLong(let index):
            .value("The parameter \(path(index)).Value must not be longer than \(TagRules.valueLength.upperBound) characters.")
        case .reservedPrefix(let index):
            .value("The parameter \(path(index)).Key must not begin with aws:, which is reserved.")
        case .forbiddenCharacter(let index, let scalar):
            .value(
                "The parameter \(path(index)) contains the character U+\(String(scalar.value, radix: 16, uppercase: true)). "
                    + "Only letters, numbers, spaces and _.:/=+-@ are allowed.")
        case .duplicateKey(let index, let key):
            .value("The parameter \(path(index)).Key repeats the key \(key) of the parameter Tags. Each key may be given once.")
        case .tooMany(let count):
            ServiceFault(
                .tagQuotaPerResourceExceeded,
                "The parameter Tags would give the resource \(count) tags. A resource may have at most \(context.quotas.tagsPerResource).")
        }
    }

    private static func path(_ index: Int) -> String { "Tags.Tag.\(index + 1)" }
}
