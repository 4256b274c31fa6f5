package dev.headgate.server.consume;

import com.google.common.hash.Hashing;
import dev.headgate.engine.GroupName;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The engine's group of one instance of a broadcast (D23): {@code group%%instance}. Each instance
 * reads everything and has its own positions, retries and dead letters under that name. No service
 * can name a group so ({@link #isOne}), so the name alone tells what it is.
 */
final class BroadcastGroup {
  private static final String SEPARATOR = "%%";
  private static final int MAX_GROUP = 120;
  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9_%-]{1,64}");

  private BroadcastGroup() {}

  /**
   * The name for an instance. Where it would be too long, the group is cut and a hash of both tells
   * them apart.
   *
   * @throws IllegalArgumentException with a text fit for a caller
   */
  static GroupName of(GroupName group, String instance) {
    if (!INSTANCE.matcher(instance).matches()) {
      throw new IllegalArgumentException(
          "receive.broadcastInstance: '"
              + (instance.length() > 64 ? instance.substring(0, 64) + "…" : instance)
              + "' (expected: 1 to 64 letters, digits, '-', '_' and '%')");
    }
    String plain = group + SEPARATOR + instance;
    if (plain.length() <= MAX_GROUP) {
      return new GroupName(plain);
    }
    String hash =
        Hashing.sha256().hashString(plain, StandardCharsets.UTF_8).toString().substring(0, 16);
    int kept = MAX_GROUP - hash.length() - 1 - SEPARATOR.length() - instance.length();
    return new GroupName(group.value().substring(0, kept) + "-" + hash + SEPARATOR + instance);
  }

  static boolean isOne(GroupName group) {
    return group.value().contains(SEPARATOR);
  }

  /** The group whose rules hold: of an instance, the one that the services name. */
  static GroupName rules(GroupName group) {
    int end = group.value().indexOf(SEPARATOR);
    return end > 0 ? new GroupName(group.value().substring(0, end)) : group;
  }
}
