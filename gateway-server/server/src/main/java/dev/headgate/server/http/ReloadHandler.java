package dev.headgate.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;

/** {@code POST /reload}: 200 when the new configuration is in force, 422 with its faults if not. */
final class ReloadHandler implements HttpHandler {
  private final ObjectMapper json = new ObjectMapper();
  private final Reloading reloading;

  ReloadHandler(Reloading reloading) {
    this.reloading = reloading;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      ObjectNode body = json.createObjectNode();
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        JsonAnswer.send(exchange, JsonAnswer.METHOD_NOT_ALLOWED, body.put("error", "use POST"));
        return;
      }
      Reloading.Answer answer = reloading.reload();
      body.put("reloaded", answer.reloaded());
      var lines = body.putArray(answer.reloaded() ? "changes" : "faults");
      answer.lines().forEach(lines::add);
      JsonAnswer.send(exchange, answer.reloaded() ? JsonAnswer.OK : JsonAnswer.UNPROCESSABLE, body);
    }
  }
}
