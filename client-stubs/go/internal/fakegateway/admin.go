package fakegateway

import (
	"context"
	"sync"

	"headgate.dev/go/headgate/idl/admin"
	"headgate.dev/go/headgate/idl/gateway"
)

// adminService has topics, one group and one dead letter; the rest is refused by the nil service.
type adminService struct {
	admin.Admin
	mu     sync.Mutex
	topics []*admin.TopicInfo
}

func (a *adminService) CreateTopic(_ context.Context, r *admin.CreateTopicRequest) (*admin.TopicInfo, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	info := &admin.TopicInfo{
		Topic:           r.Spec.Topic,
		Cluster:         "main",
		Engine:          "fake",
		Partitions:      r.Spec.GetPartitions(),
		Ordered:         r.Spec.GetOrdered(),
		MaxMessageBytes: 4 << 20,
	}
	a.topics = append(a.topics, info)
	return info, nil
}

func (a *adminService) ListTopics(context.Context, *admin.ListTopicsRequest) (*admin.ListTopicsResult_, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return &admin.ListTopicsResult_{Topics: append([]*admin.TopicInfo{}, a.topics...)}, nil
}

func (a *adminService) DescribeTopic(_ context.Context, r *admin.TopicRequest) (*admin.TopicInfo, error) {
	return nil, Failure(int32(gateway.ErrorCode_UNKNOWN_TOPIC), false, gateway.Outcome_NOT_APPLIED)
}

func (a *adminService) ListGroups(context.Context, *admin.ListGroupsRequest) (*admin.ListGroupsResult_, error) {
	lag := &admin.PartitionLag{Partition: "p:0", Committed: 3, End: 10}
	group := &admin.GroupInfo{Group: "g", Topic: "t", LagMessages: 7, Partitions: []*admin.PartitionLag{lag}, InFlight: 2, Parked: 1}
	return &admin.ListGroupsResult_{Groups: []*admin.GroupInfo{group}}, nil
}

func (a *adminService) BrowseDeadLetters(_ context.Context, r *admin.BrowseDeadLettersRequest) (*admin.BrowseDeadLettersResult_, error) {
	reason, next := "no stock", "page-2"
	letter := &admin.DeadLetter{ID: "d1", MessageId: "m1", Topic: "t", Attempts: 16, Reason: &reason, Message: &gateway.Message{Body: []byte("x")}}
	return &admin.BrowseDeadLettersResult_{Letters: []*admin.DeadLetter{letter}, NextPage: &next}, nil
}

func (a *adminService) ReplayDeadLetters(_ context.Context, r *admin.DeadLetterSelection) (*admin.DeadLettersResult_, error) {
	return &admin.DeadLettersResult_{Count: int64(len(r.Ids))}, nil
}

func (a *adminService) Drain(_ context.Context, r *admin.DrainRequest) (*admin.DrainResult_, error) {
	return &admin.DrainResult_{TookMillis: r.GetGraceMillis()}, nil
}
