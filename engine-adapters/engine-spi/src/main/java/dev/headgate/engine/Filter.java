package dev.headgate.engine;

import java.util.Set;

/** Which messages a group wants (D25). */
public sealed interface Filter {
  /** Every message. */
  static Filter all() {
    return All.INSTANCE;
  }

  /** Every message. */
  enum All implements Filter {
    /** The only one. */
    INSTANCE
  }

  /** Messages with one of these tags; needs {@link Capability#FILTER_TAG}. */
  record Tags(Set<String> tags) implements Filter {
    /** Refuses an empty set. */
    public Tags {
      tags = Set.copyOf(tags);
      if (tags.isEmpty()) {
        throw new IllegalArgumentException("filter.tags: none (expected: at least one)");
      }
    }
  }

  /** An SQL-92 expression over headers; needs {@link Capability#FILTER_EXPRESSION}. */
  record Expression(String sql) implements Filter {}
}
