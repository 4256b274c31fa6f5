package dev.headgate.server.routing;

/**
 * A pattern over names: {@code *} stands for any run of characters, {@code ?} for exactly one, and
 * everything else for itself. Matching takes at most the product of both lengths, whatever the
 * pattern.
 */
public record Glob(String pattern) {
  /** Matches every name. */
  public static final Glob ALL = new Glob("*");

  /** Refuses an empty pattern. */
  public Glob {
    if (pattern.isBlank()) {
      throw new IllegalArgumentException("pattern: empty (expected: a name, with '*' or '?')");
    }
  }

  /** Whether the whole name matches. */
  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int retryFrom = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retryFrom = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        // The last star takes one character more, and the rest is tried again.
        p = star + 1;
        n = ++retryFrom;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public String toString() {
    return pattern;
  }
}
