package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.TopicName;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerAnswerTest {
  @ParameterizedTest
  @CsvSource({
    ResponseCode.FLUSH_DISK_TIMEOUT + ", '', UNCERTAIN",
    ResponseCode.FLUSH_SLAVE_TIMEOUT + ", '', UNCERTAIN",
    ResponseCode.SLAVE_NOT_AVAILABLE + ", '', UNCERTAIN",
    ResponseCode.SYSTEM_ERROR + ", 'UNKNOWN_ERROR', UNCERTAIN",
    ResponseCode.SYSTEM_ERROR + ", 'in-sync replicas not enough', UNAVAILABLE",
    ResponseCode.SYSTEM_BUSY + ", '[PC_SYNCHRONIZED]broker busy', THROTTLED",
    ResponseCode.SERVICE_NOT_AVAILABLE + ", 'disk is full', UNAVAILABLE",
    ResponseCode.TOPIC_NOT_EXIST + ", '', UNKNOWN_TOPIC",
    ResponseCode.NO_PERMISSION + ", 'sending message is forbidden', UNAVAILABLE",
    ResponseCode.NO_PERMISSION + ", 'no signature', PERMISSION_DENIED",
    ResponseCode.MESSAGE_ILLEGAL + ", 'msg body length limit 4194304B', MESSAGE_TOO_LARGE",
    ResponseCode.MESSAGE_ILLEGAL + ", 'timer message illegal', INVALID_ARGUMENT",
    "4711, '', INTERNAL",
  })
  void D2_answerThatIsNoSuccessTellsWhetherItMayBeStored(int code, String remark, Kind kind) {
    RemotingCommand answer = RemotingCommand.createResponseCommand(code, remark);

    EngineException failure = BrokerAnswer.appendFailure(new TopicName("orders"), answer);

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageContaining("orders");
  }
}
