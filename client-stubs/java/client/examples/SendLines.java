import dev.headgate.client.HeadgateClient;
import dev.headgate.client.Message;
import dev.headgate.client.Producer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Sends the lines of standard input: SendLines TOPIC [ADDRESS] &lt; FILE. */
public final class SendLines {
  private SendLines() {}

  public static void main(String[] args) throws IOException {
    String address = args.length > 1 ? args[1] : "localhost:9300";
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (HeadgateClient client = HeadgateClient.builder().address(address).build()) {
      Producer producer = client.producer();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        producer.send(args[0], Message.of(line));
      }
    }
  }
}
