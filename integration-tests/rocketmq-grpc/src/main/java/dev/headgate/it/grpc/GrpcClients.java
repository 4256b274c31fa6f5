package dev.headgate.it.grpc;

import dev.headgate.it.load.Arguments;
import java.time.Duration;
import java.util.Map;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.producer.Producer;

/** Makes clients of the proxy at {@code port}, for {@code topic}. */
final class GrpcClients {
  private final ClientServiceProvider provider = ClientServiceProvider.loadService();
  private final ClientConfiguration configuration;
  private final String topic;

  GrpcClients(Arguments arguments) {
    configuration =
        ClientConfiguration.newBuilder()
            .setEndpoints("127.0.0.1:" + arguments.number("port"))
            .enableSsl(false)
            .setRequestTimeout(Duration.ofSeconds(30))
            .build();
    topic = arguments.text("topic");
  }

  Producer producer() throws ClientException {
    return provider
        .newProducerBuilder()
        .setClientConfiguration(configuration)
        .setTopics(topic)
        .build();
  }

  SimpleConsumer consumer(String group, Duration wait) throws ClientException {
    return provider
        .newSimpleConsumerBuilder()
        .setClientConfiguration(configuration)
        .setConsumerGroup(group)
        .setAwaitDuration(wait)
        .setSubscriptionExpressions(Map.of(topic, FilterExpression.SUB_ALL))
        .build();
  }

  Message message(byte[] body) {
    return provider.newMessageBuilder().setTopic(topic).setBody(body).build();
  }
}
