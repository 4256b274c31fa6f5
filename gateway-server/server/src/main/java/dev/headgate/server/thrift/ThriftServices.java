package dev.headgate.server.thrift;

import dev.headgate.server.admin.AdminService;
import dev.headgate.server.consume.ConsumeService;
import dev.headgate.server.produce.ProduceService;

/** What the edge serves: the core, seen through its three interfaces. */
public record ThriftServices(ProduceService produce, ConsumeService consume, AdminService admin) {}
