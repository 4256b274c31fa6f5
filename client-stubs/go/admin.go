package headgate

import (
	"context"
	"time"

	"headgate.dev/go/headgate/idl/admin"
	"headgate.dev/go/headgate/idl/gateway"
)

// Admin is what an operator, or a tool of his, asks of a gateway. Safe for concurrent use; lives as long as its client.
type Admin struct {
	caller *caller
	codec  *codec
}

// TopicSpec is how a topic is to be; a zero field means its default.
type TopicSpec struct {
	Topic string
	// Partitions is 1 to 1,024. Default: the engine's.
	Partitions int
	// Ordered: consumed one message of a key at a time. Default: as routed.
	Ordered bool
	// Attributes are the engine's own. Default: none.
	Attributes map[string]string
}

// TopicInfo is a topic and where it lives.
type TopicInfo struct {
	Topic string
	// Cluster is the cluster or pair that its route names.
	Cluster string
	// Engine is the engine's name, such as rocketmq.
	Engine     string
	Partitions int
	// Ordered: consumed one message of a key at a time.
	Ordered         bool
	MaxMessageBytes int64
	// Messages is how many the engine still holds; -1 where it cannot tell.
	Messages int64
}

// PartitionLag is one partition of a group's topic.
type PartitionLag struct {
	// Partition is an opaque name.
	Partition string
	// Start is the oldest message that the engine still has; -1 where it cannot tell.
	Start int64
	// Committed is the group's committed position; -1: none.
	Committed int64
	// End is one past the newest message.
	End int64
	// Owner is the node that owns it now; empty where unknown.
	Owner string
}

// GroupInfo is a group on a topic.
type GroupInfo struct {
	Group string
	Topic string
	// LagMessages is what it has not settled, over all partitions.
	LagMessages int64
	// Lag is the age of the oldest unsettled message; -1 where the engine cannot tell.
	Lag        time.Duration
	Partitions []PartitionLag
	// InFlight is how many leases are open on the answering node.
	InFlight int
	// Parked is how many receives are parked on the answering node.
	Parked int
	// Clients were seen on the answering node within the last minute.
	Clients []string
}

// Topics lists topics whose name fits a glob, "" for all; internal shows the engine's and the gateway's own too.
func (a *Admin) Topics(ctx context.Context, pattern string, internal bool) ([]TopicInfo, error) {
	return administer(ctx, a.caller, "listTopics", true, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) ([]TopicInfo, error) {
		result, err := stub.ListTopics(ctx, &admin.ListTopicsRequest{Context: call, Internal: &internal, Pattern: optional(pattern)})
		if err != nil {
			return nil, err
		}
		return mapped(result.Topics, topicOf), nil
	})
}

// Topic describes a topic; UnknownTopic when there is none.
func (a *Admin) Topic(ctx context.Context, topic string) (TopicInfo, error) {
	return administer(ctx, a.caller, "describeTopic", true, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) (TopicInfo, error) {
		return one(topicOf)(stub.DescribeTopic(ctx, &admin.TopicRequest{Context: call, Topic: topic}))
	})
}

// CreateTopic creates a topic, or makes it match: partitions may grow, never shrink.
func (a *Admin) CreateTopic(ctx context.Context, spec TopicSpec) (TopicInfo, error) {
	wire := &admin.TopicSpec{
		Topic:      spec.Topic,
		Partitions: optional(int32(spec.Partitions)),
		Ordered:    optional(spec.Ordered),
		Attributes: spec.Attributes,
	}
	return administer(ctx, a.caller, "createTopic", true, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) (TopicInfo, error) {
		return one(topicOf)(stub.CreateTopic(ctx, &admin.CreateTopicRequest{Context: call, Spec: wire}))
	})
}

// DeleteTopic deletes a topic with its messages.
func (a *Admin) DeleteTopic(ctx context.Context, topic string) error {
	_, err := administer(ctx, a.caller, "deleteTopic", false, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) (struct{}, error) {
		return struct{}{}, stub.DeleteTopic(ctx, &admin.TopicRequest{Context: call, Topic: topic})
	})
	return err
}

// Groups lists groups with their lag; "": of all topics, all groups.
func (a *Admin) Groups(ctx context.Context, topic, group string) ([]GroupInfo, error) {
	return administer(ctx, a.caller, "listGroups", true, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) ([]GroupInfo, error) {
		result, err := stub.ListGroups(ctx, &admin.ListGroupsRequest{Context: call, Topic: optional(topic), Group: optional(group)})
		if err != nil {
			return nil, err
		}
		return mapped(result.Groups, groupOf), nil
	})
}

// administer is a call of the Admin service.
func administer[T any](ctx context.Context, c *caller, name string, harmless bool,
	run func(context.Context, *admin.AdminClient, *gateway.CallContext) (T, error)) (T, error) {
	return call(ctx, c, operation{name: name, harmless: harmless}, func(ctx context.Context, connection *conn, call *gateway.CallContext) (T, error) {
		return run(ctx, connection.admin, call)
	})
}

func topicOf(wire *admin.TopicInfo) TopicInfo {
	info := TopicInfo{wire.Topic, wire.Cluster, wire.Engine, int(wire.Partitions), wire.Ordered, wire.MaxMessageBytes, -1}
	if wire.Messages != nil {
		info.Messages = *wire.Messages
	}
	return info
}

func groupOf(wire *admin.GroupInfo) GroupInfo {
	info := GroupInfo{
		Group:       wire.Group,
		Topic:       wire.Topic,
		LagMessages: wire.LagMessages,
		Lag:         -1,
		Partitions:  mapped(wire.Partitions, lagOf),
		InFlight:    int(wire.InFlight),
		Parked:      int(wire.Parked),
		Clients:     wire.Clients,
	}
	if wire.LagMillis != nil {
		info.Lag = duration(*wire.LagMillis)
	}
	return info
}

func lagOf(wire *admin.PartitionLag) PartitionLag {
	lag := PartitionLag{wire.Partition, -1, wire.Committed, wire.End, value(wire.Owner)}
	if wire.Start != nil {
		lag.Start = *wire.Start
	}
	return lag
}

func mapped[W, T any](wires []*W, of func(*W) T) []T {
	all := make([]T, len(wires))
	for i, wire := range wires {
		all[i] = of(wire)
	}
	return all
}

// one makes a function that takes an answer of the wire, or its error.
func one[W, T any](of func(*W) T) func(*W, error) (T, error) {
	return func(wire *W, err error) (T, error) {
		if err != nil {
			var none T
			return none, err
		}
		return of(wire), nil
	}
}
