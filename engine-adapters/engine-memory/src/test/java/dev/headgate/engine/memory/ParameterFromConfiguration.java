package dev.headgate.engine.memory;

import java.util.Arrays;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test class the enum constant that the run's configuration names under {@link #NAME}. */
final class ParameterFromConfiguration implements ParameterResolver {
  static final String NAME = "broken";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().isEnum();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    String wanted = context.getConfigurationParameter(NAME).orElseThrow();
    return Arrays.stream(parameter.getParameter().getType().getEnumConstants())
        .filter(constant -> constant.toString().equals(wanted))
        .findFirst()
        .orElseThrow();
  }
}
