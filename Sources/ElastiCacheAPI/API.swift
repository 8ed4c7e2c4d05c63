/// The Amazon ElastiCache API: shapes, operations and faults of the service model, under the model's own names.
///
/// What is in `Generated` is written by `generate-api` and never by hand.
package enum API {
    /// One type per operation.
    package enum Operations {}
}
