#pragma once

/// @file
/// All of the client.

#include "headgate/admin.h"
#include "headgate/client.h"
#include "headgate/consumer.h"
#include "headgate/delivery.h"
#include "headgate/errors.h"
#include "headgate/message.h"
#include "headgate/options.h"
#include "headgate/producer.h"
#include "headgate/seek.h"
#include "headgate/tracing.h"
