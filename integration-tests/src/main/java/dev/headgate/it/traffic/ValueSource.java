package dev.headgate.it.traffic;

/** The values of one sender, one after another. Used by that sender's thread alone. */
@FunctionalInterface
public interface ValueSource {
  /** The next one; never repeats. */
  Value next();

  /** Values without a key. */
  static ValueSource unkeyed(String prefix) {
    long[] count = {0};
    return () -> new Value(prefix + "-" + count[0]++, null, 0);
  }

  /** Values of so many keys in turn; the keys are this sender's own. */
  static ValueSource keyed(String prefix, int keys) {
    long[] count = {0};
    return () -> {
      String key = prefix + "-key" + count[0] % keys;
      long sequence = count[0]++ / keys;
      return new Value(key + "-" + sequence, key, sequence);
    };
  }
}
