package dev.headgate.server.thrift;

import org.apache.thrift.TException;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.transport.TTransport;

/** The compact protocol, read within an {@link ElementBudget}. Sets are read as lists there. */
final class BoundedCompactProtocol extends TCompactProtocol {
  private final ElementBudget elements;

  BoundedCompactProtocol(TTransport transport, ElementBudget elements) {
    super(transport, -1, ElementBudget.MAX_ELEMENTS);
    this.elements = elements;
  }

  @Override
  public TList readListBegin() throws TException {
    TList list = super.readListBegin();
    elements.take(list.size);
    return list;
  }

  @Override
  public TMap readMapBegin() throws TException {
    TMap map = super.readMapBegin();
    elements.take(map.size);
    return map;
  }
}
