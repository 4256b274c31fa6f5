package dev.headgate.it.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.it.harness.FaultyLink.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyLinkTest {
  private final ServerSocket echo = listen();
  private final FaultyLink link = new FaultyLink(echo.getLocalPort());

  @BeforeEach
  void echoes() {
    Thread thread =
        new Thread(
            () -> {
              while (!echo.isClosed()) {
                try (Socket socket = echo.accept()) {
                  socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                  // The next one, or the end.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    echo.close();
  }

  @Test
  void passesBytesBothWays() throws IOException {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 7)).isEqualTo(7);
    }
  }

  @Test
  void heldBytesArriveWhenItHeals() throws IOException {
    try (Socket socket = connect()) {
      for (Direction direction : Direction.values()) {
        link.hold(direction);
        assertThatThrownBy(() -> echoed(socket, 8)).isInstanceOf(SocketTimeoutException.class);
        link.heal();
        socket.setSoTimeout(5_000);
        assertThat(socket.getInputStream().read()).isEqualTo(8);
      }
    }
  }

  @Test
  void swallowedBytesNeverArrive() throws IOException {
    try (Socket socket = connect()) {
      link.blackHole(Direction.TO_CLIENT);
      assertThatThrownBy(() -> echoed(socket, 8)).isInstanceOf(SocketTimeoutException.class);
      link.heal();
      socket.setSoTimeout(5_000);
      assertThat(echoed(socket, 9)).isEqualTo(9);
    }
  }

  @Test
  void resetBreaksWhatIsOpenAndLetsNewOnesPass() throws IOException {
    try (Socket socket = connect();
        Socket next = new Socket()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      link.reset();
      assertThatThrownBy(() -> echoed(socket, 2)).isInstanceOf(SocketException.class);
      next.connect(socket.getRemoteSocketAddress());
      assertThat(echoed(next, 3)).isEqualTo(3);
    }
  }

  @Test
  void refusesNewConnectionsUntilItHeals() throws IOException {
    link.refuse();
    try (Socket socket = connect()) {
      assertThat(broken(socket)).isTrue();
    }
    link.heal();
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 4)).isEqualTo(4);
    }
  }

  @Test
  void delaysWhatPasses() throws IOException {
    link.delay(Direction.TO_SERVER, Duration.ofMillis(120));
    try (Socket socket = connect()) {
      socket.setSoTimeout(5_000);
      long start = System.nanoTime();
      assertThat(echoed(socket, 5)).isEqualTo(5);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
    socket.setSoTimeout(300);
    return socket;
  }

  private static boolean broken(Socket socket) {
    try {
      return echoed(socket, 1) < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private static int echoed(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
    return socket.getInputStream().read();
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
