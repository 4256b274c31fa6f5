package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.GatewayError;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refusal must look like. */
final class Errors {
  private Errors() {}

  /** The failure of a call that must be refused with this code. */
  static Failure refusalOf(ErrorCode code, ThrowingCallable call) {
    Failure failure = failureOf(call);
    assertThat(failure.getCode()).as("code of: %s", failure).isEqualTo(code.getValue());
    return failure;
  }

  /** The failure of a call that must fail, complete as D41 asks. */
  static Failure failureOf(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(GatewayError.class);
    Failure failure = ((GatewayError) thrown).getFailure();
    assertThat(failure.getMessage()).isNotBlank();
    assertThat(failure.isSetCategory()).as("category of: %s", failure).isTrue();
    assertThat(failure.isSetOutcome()).as("outcome of: %s", failure).isTrue();
    return failure;
  }
}
