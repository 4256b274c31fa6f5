package dev.headgate.server.routing;

/**
 * One entry of {@code groups}. The first entry that matches a group decides; a group that none
 * matches gets {@link GroupPolicy#DEFAULT}.
 *
 * @param pattern the groups
 * @param policy what holds for them
 */
public record GroupRule(Glob pattern, GroupPolicy policy) {}
