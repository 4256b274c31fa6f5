package dev.headgate.server.thrift;

import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.protocol.TSet;
import org.apache.thrift.transport.TTransport;

/** The binary protocol, read within an {@link ElementBudget}. */
final class BoundedBinaryProtocol extends TBinaryProtocol {
  private final ElementBudget elements;

  BoundedBinaryProtocol(TTransport transport, ElementBudget elements) {
    super(transport, -1, ElementBudget.MAX_ELEMENTS, true, true);
    this.elements = elements;
  }

  @Override
  public TList readListBegin() throws TException {
    TList list = super.readListBegin();
    elements.take(list.size);
    return list;
  }

  @Override
  public TSet readSetBegin() throws TException {
    TSet set = super.readSetBegin();
    elements.take(set.size);
    return set;
  }

  @Override
  public TMap readMapBegin() throws TException {
    TMap map = super.readMapBegin();
    elements.take(map.size);
    return map;
  }
}
