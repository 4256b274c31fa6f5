package dev.headgate.engine.testkit;

/** What a test does with a topic; some engines make a different kind of topic for each. */
public enum TopicUse {
  /** Messages without order. */
  PLAIN,
  /** Messages ordered by key. */
  ORDERED,
  /** Messages with a time of delivery. */
  DELAYED,
  /** Half messages. */
  TRANSACTIONAL,
}
