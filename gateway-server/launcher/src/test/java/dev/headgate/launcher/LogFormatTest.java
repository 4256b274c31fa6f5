package dev.headgate.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void reset() {
    System.clearProperty(LogFormat.PROPERTY);
    context.stop();
  }

  @Test
  void linesForPeopleAreTheDefault() throws Exception {
    assertThat(LogFormat.ofThisProcess()).isEqualTo(LogFormat.TEXT);
    assertThat(logged("node {} listens", new String[] {"gate-1"}, null))
        .endsWith("INFO  Gateway: node gate-1 listens\n");
  }

  @Test
  void objectsForCollectors() throws Exception {
    System.setProperty(LogFormat.PROPERTY, "json");
    assertThat(LogFormat.ofThisProcess()).isEqualTo(LogFormat.JSON);

    String line =
        logged(
            "node {} \"failed\"\n",
            new String[] {"gate-1"},
            new IllegalStateException("two\nlines"));

    assertThat(line.indexOf('\n')).as("one line").isEqualTo(line.length() - 1);
    JsonNode object = new ObjectMapper().readTree(line);
    assertThat(object.path("level").asText()).isEqualTo("INFO");
    assertThat(object.path("loggerName").asText()).isEqualTo("a.Gateway");
    assertThat(object.path("formattedMessage").asText()).isEqualTo("node gate-1 \"failed\"\n");
    assertThat(object.path("arguments").path(0).asText()).isEqualTo("gate-1");
    assertThat(object.path("throwable").path("message").asText()).isEqualTo("two\nlines");
    assertThat(object.path("timestamp").asLong()).isPositive();
  }

  @Test
  void anotherWordIsRefused() {
    System.setProperty(LogFormat.PROPERTY, "xml");

    assertThatThrownBy(LogFormat::ofThisProcess)
        .hasMessage("-Dheadgate.log.format: 'xml' (expected: text or json)");
  }

  /** A line as the distribution's logback.xml has it written. */
  private String logged(String message, Object[] arguments, @Nullable Throwable thrown)
      throws Exception {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(LogFormatTest.class.getResource("/logback.xml")));
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().next();
    return new String(
        appender
            .getEncoder()
            .encode(
                new LoggingEvent(
                    "", context.getLogger("a.Gateway"), Level.INFO, message, thrown, arguments)),
        StandardCharsets.UTF_8);
  }
}
