package dev.headgate.it.load;

import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends through the gateway as fast as it answers: so many connections, so many calls in flight on
 * each, one message a call or a batch of them. A program: {@code port topic connections depth batch
 * bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class GatewaySendLoad implements FrameConnection.Handler {
  private final RequestFrame frame;
  private final int depth;
  private final int batch;
  private long acknowledged;
  private long errors;
  private int sequence;
  private @Nullable String firstError;

  private GatewaySendLoad(RequestFrame frame, int depth, int batch) {
    this.frame = frame;
    this.depth = depth;
    this.batch = batch;
  }

  /** Runs it. */
  public static void main(String[] words) throws IOException {
    Arguments arguments = new Arguments(words);
    Message message = new Message();
    message.setBody(new byte[arguments.number("bytes")]);
    CallContext context = new CallContext().setTimeoutMillis(30_000);
    String topic = arguments.text("topic");
    int batch = arguments.number("batch");
    RequestFrame frame =
        batch == 1
            ? RequestFrame.of(
                "send",
                new Produce.send_args(
                    new SendRequest().setContext(context).setTopic(topic).setMessage(message)))
            : RequestFrame.of(
                "sendBatch",
                new Produce.sendBatch_args(
                    new SendBatchRequest()
                        .setContext(context)
                        .setTopic(topic)
                        .setMessages(Collections.nCopies(batch, message))));
    new GatewaySendLoad(frame, arguments.number("depth"), batch).run(arguments);
  }

  private void run(Arguments arguments) throws IOException {
    Map<String, Long> watched = arguments.watched();
    try (FrameLoop loop =
        new FrameLoop(arguments.number("port"), arguments.number("connections"), this)) {
      for (FrameConnection connection : loop.connections()) {
        for (int i = 0; i < depth; i++) {
          sendOn(connection);
        }
      }
      Measurement.Running warmUp = new Measurement.Running(Map.of(), 0);
      loop.run(() -> warmUp.seconds() >= arguments.number("warmupSeconds"));
      Measurement.Running measured = new Measurement.Running(watched, acknowledged);
      loop.run(() -> measured.seconds() >= arguments.number("seconds"));
      System.out.println(measured.end(acknowledged, errors).withFirstError(firstError).toLines());
    }
  }

  private void sendOn(FrameConnection connection) {
    connection.write(frame.withSequence(++sequence), frame.length());
  }

  @Override
  public void onFrame(FrameConnection connection, byte[] bytes, int offset, int length) {
    Reply reply = new Reply(bytes, offset, length);
    int sent = !reply.succeeded() ? 0 : batch == 1 ? 1 : reply.stored();
    acknowledged += sent;
    if (sent < batch) {
      errors += batch - sent;
      if (firstError == null) {
        firstError = reply.text();
      }
    }
    sendOn(connection);
  }
}
