package dev.headgate.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the state of some parts, in JSON: 200 when all of them are well, else 503. What
 * fails in looking is a 503 too.
 */
final class StateHandler implements HttpHandler {
  private final ObjectMapper json = new ObjectMapper();
  private final String path;
  private final String verdict;
  private final String node;
  private final Function<@Nullable String, @Nullable List<Check>> look;

  /**
   * For one path.
   *
   * @param verdict the key of the answer that says whether all is well
   * @param look the checks for the query's {@code cluster}, or for null; null for an unknown one
   */
  StateHandler(
      String path,
      String verdict,
      String node,
      Function<@Nullable String, @Nullable List<Check>> look) {
    this.path = path;
    this.verdict = verdict;
    this.node = node;
    this.look = look;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        JsonAnswer.send(
            exchange, JsonAnswer.NOT_FOUND, json.createObjectNode().put("error", "no such path"));
        return;
      }
      if (!exchange.getRequestMethod().equals("GET")
          && !exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        JsonAnswer.send(
            exchange,
            JsonAnswer.METHOD_NOT_ALLOWED,
            json.createObjectNode().put("error", "use GET"));
        return;
      }
      String cluster = cluster(exchange.getRequestURI().getQuery());
      List<Check> checks = look.apply(cluster);
      if (checks == null) {
        JsonAnswer.send(
            exchange,
            JsonAnswer.NOT_FOUND,
            json.createObjectNode().put("error", "no cluster '" + cluster + "'"));
        return;
      }
      boolean well = checks.stream().allMatch(Check::ok);
      JsonAnswer.send(exchange, well ? JsonAnswer.OK : JsonAnswer.UNAVAILABLE, state(well, checks));
    }
  }

  private ObjectNode state(boolean well, List<Check> checks) {
    ObjectNode state = json.createObjectNode().put(verdict, well).put("node", node);
    var parts = state.putArray("checks");
    for (Check check : checks) {
      parts
          .addObject()
          .put("part", check.part())
          .put("ok", check.ok())
          .put("detail", check.detail());
    }
    return state;
  }

  private static @Nullable String cluster(@Nullable String query) {
    if (query == null) {
      return null;
    }
    for (String parameter : query.split("&", -1)) {
      if (parameter.startsWith("cluster=")) {
        return parameter.substring("cluster=".length());
      }
    }
    return null;
  }
}
