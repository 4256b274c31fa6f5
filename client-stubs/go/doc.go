// Package headgate is a thin client of the Headgate messaging gateway: a pool of connections, deadlines and
// cancellation through contexts, retries that respect the outcome, a producer, and a consumer loop that renews its leases.
//
// Make one [Client] per process with [NewClient] and close it at the end. [Client.Producer] sends,
// [Client.Consume] runs a worker loop, [Client.Receive] receives by hand, [Client.Admin] administers.
//
// Delivery is at least once. Every failed call is an [*Error]: its [Outcome] says whether the work may have been done all
// the same, and [errors.Is] compares it with a [Code].
//
// A zero field of a configuration or of options means its documented default.
package headgate
