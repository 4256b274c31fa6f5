package dev.headgate.engine.rocketmq;

import org.apache.rocketmq.logging.org.slf4j.ILoggerFactory;
import org.apache.rocketmq.logging.org.slf4j.IMarkerFactory;
import org.apache.rocketmq.logging.org.slf4j.Marker;
import org.apache.rocketmq.logging.org.slf4j.event.Level;
import org.apache.rocketmq.logging.org.slf4j.helpers.BasicMarkerFactory;
import org.apache.rocketmq.logging.org.slf4j.helpers.LegacyAbstractLogger;
import org.apache.rocketmq.logging.org.slf4j.helpers.NOPMDCAdapter;
import org.apache.rocketmq.logging.org.slf4j.spi.MDCAdapter;
import org.apache.rocketmq.logging.org.slf4j.spi.SLF4JServiceProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Leads what RocketMQ's classes log, through the slf4j that they carry in a package of their own,
 * to the slf4j of the gateway. Without it they would log to files in the user's home.
 */
public final class Slf4jProvider implements SLF4JServiceProvider {
  private final ILoggerFactory loggers = Adapter::new;
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** Called by RocketMQ's slf4j. */
  public Slf4jProvider() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return loggers;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}

  private static final class Adapter extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient org.slf4j.Logger target;

    Adapter(String name) {
      this.name = name;
      this.target = LoggerFactory.getLogger("rocketmq." + name);
    }

    @Override
    public boolean isTraceEnabled() {
      return target.isTraceEnabled();
    }

    // One level down: what a library finds worth an INFO is a detail to the gateway.
    @Override
    public boolean isDebugEnabled() {
      return target.isTraceEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
      return target.isDebugEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
      return target.isDebugEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
      return target.isWarnEnabled();
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String pattern,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      org.slf4j.event.Level shown =
          switch (level) {
            case ERROR -> org.slf4j.event.Level.WARN;
            case WARN, INFO -> org.slf4j.event.Level.DEBUG;
            case DEBUG, TRACE -> org.slf4j.event.Level.TRACE;
          };
      var event = target.atLevel(shown).setMessage(pattern).setCause(thrown);
      if (arguments != null) {
        for (Object argument : arguments) {
          event = event.addArgument(argument);
        }
      }
      event.log();
    }
  }
}
