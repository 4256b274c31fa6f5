#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "admin_types.h"
#include "gateway_types.h"
#include "headgate/admin.h"
#include "headgate/delivery.h"
#include "headgate/errors.h"
#include "headgate/message.h"
#include "headgate/options.h"
#include "headgate/producer.h"
#include "headgate/seek.h"

/// Between the types of this client and the generated ones. What moves, moves: a body is not copied here.
namespace headgate::internal {

idl::gateway::Message to_wire(Message message);
idl::gateway::Filter to_wire(const Filter& filter);
idl::gateway::SeekTarget to_wire(const SeekTarget& target);
idl::gateway::NackEntry to_wire(const Nack& nack);

Message from_wire(idl::gateway::Message& wire);
Delivery from_wire(idl::gateway::Delivery& wire, std::size_t max_decoded_bytes);
SendReceipt from_wire(const idl::gateway::SendResult& wire);
SendOutcome from_wire(const idl::gateway::SendOutcome& wire);
/// A status of a newer contract counts as unknown.
SettleResult from_wire(const idl::gateway::SettleResult& wire);
/// What is missing or unknown counts as the most careful value.
Failure from_wire(const idl::gateway::Failure& wire);
TopicInfo from_wire(const idl::admin::TopicInfo& wire);
GroupInfo from_wire(const idl::admin::GroupInfo& wire);

/// At most 1,000 bytes of a reason, cut between characters.
std::string cut_reason(const std::string& reason);

}  // namespace headgate::internal
