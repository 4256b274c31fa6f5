package dev.headgate.server.thrift;

import dev.headgate.server.admin.AdminService;
import dev.headgate.server.consume.ConsumeService;
import dev.headgate.server.deadletter.DeadLetterService;
import dev.headgate.server.produce.ProduceService;
import dev.headgate.server.produce.transaction.TransactionService;

/** What the edge serves: the core, seen through its interfaces. */
public record ThriftServices(
    ProduceService produce,
    TransactionService transactions,
    ConsumeService consume,
    AdminService admin,
    DeadLetterService letters) {}
