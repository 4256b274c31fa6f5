package dev.headgate.it.rules;

/** The rules of the delivery contract, in a few words each. A test's name begins with its rule. */
enum Rule {
  D1("an acknowledged message is delivered at least once"),
  D2("a failed send says whether it may have been stored"),
  D3("nothing is begun past the client's deadline"),
  D4("a batch answers entry by entry"),
  D5("messages arrive byte for byte, up to the limit"),
  D6("messages of a key are stored in order"),
  D7("native clients and the gateway read each other"),
  D10("a leased message is delivered to no one else"),
  D11("an acked message does not come again"),
  D12("nacked and expired messages come back"),
  D13("what is given up is a dead letter: browse, replay, purge"),
  D14("a lease can be extended"),
  D15("settling answers per lease"),
  D16("leases outlive the node that gave them"),
  D17("a stuck message holds nothing back for long"),
  D18("more consumers than partitions all get work"),
  D19("order by key holds through retries"),
  D20("a partition that moves is fenced"),
  D21("a stopping node drains"),
  D22("slow clients do not grow the gateway"),
  D23("broadcast reaches every instance"),
  D24("a group can be moved while it runs"),
  D25("filters by tag and by expression"),
  D30("delayed messages are never early and outlive a restart"),
  D31("half messages: commit, rollback, check"),
  D40("what an engine cannot do is refused"),
  D41("error codes are the same for every engine"),
  D42("bad input gets its own error and harms no other client");

  private final String promise;

  Rule(String promise) {
    this.promise = promise;
  }

  String promise() {
    return promise;
  }
}
