package dev.headgate.server.http;

/**
 * One part of the node, as it is now.
 *
 * @param part what was looked at, such as {@code cluster main}
 * @param ok whether it can do its work
 * @param detail why not, or what it does; for people
 */
record Check(String part, boolean ok, String detail) {}
