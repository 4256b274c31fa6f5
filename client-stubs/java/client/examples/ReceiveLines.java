import dev.headgate.client.Consumer;
import dev.headgate.client.ConsumerOptions;
import dev.headgate.client.HeadgateClient;

/** Prints messages, one per line, until Ctrl-C: ReceiveLines TOPIC GROUP [ADDRESS]. */
public final class ReceiveLines {
  private ReceiveLines() {}

  public static void main(String[] args) throws InterruptedException {
    String address = args.length > 2 ? args[2] : "localhost:9300";
    HeadgateClient client = HeadgateClient.builder().address(address).build();
    Consumer consumer =
        client.subscribe(
            args[0],
            args[1],
            delivery -> System.out.println(delivery.message().bodyText()),
            ConsumerOptions.defaults().withConcurrency(4));
    Runtime.getRuntime().addShutdownHook(new Thread(client::close));
    consumer.awaitClosed();
  }
}
