package dev.headgate.it.checker;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * What the checker found.
 *
 * @param attempted distinct values that were tried
 * @param acknowledged distinct values that were confirmed
 * @param delivered distinct values that arrived
 * @param lost acknowledged, never delivered: must be empty
 * @param unexpected delivered, never attempted, or refused only: must be empty
 * @param recovered indeterminate only, but delivered: not a fault
 * @param duplicates deliveries beyond the first of each stored copy, by cause
 * @param repeats the duplicates whose delivery before had been acknowledged, with both times
 * @param inversions first deliveries that came after the first delivery of a later value of their
 *     key, described: must be empty for ordered topics
 * @param gaps acknowledged values that are missing although a later value of their key arrived
 * @param overlaps deliveries of a key that began while an earlier lease of that key was open,
 *     described: must be empty for ordered topics unless a node crashed (D10, D19)
 */
public record Verdict(
    int attempted,
    int acknowledged,
    int delivered,
    SortedSet<String> lost,
    SortedSet<String> unexpected,
    SortedSet<String> recovered,
    Map<DuplicateCause, Integer> duplicates,
    List<AckedRepeat> repeats,
    List<String> inversions,
    List<String> gaps,
    List<String> overlaps) {

  /**
   * A delivery of what had been acknowledged.
   *
   * @param ackedAtNanos when the acknowledgement was asked for
   * @param repeatedAtNanos when the message came again
   */
  public record AckedRepeat(long ackedAtNanos, long repeatedAtNanos) {}

  /** How many deliveries were duplicates, whatever the cause. */
  public int duplicated() {
    return duplicates.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many were duplicates for this cause. */
  public int duplicated(DuplicateCause cause) {
    return duplicates.getOrDefault(cause, 0);
  }

  /** One line for a log. */
  public String summary() {
    return "attempted "
        + attempted
        + ", acknowledged "
        + acknowledged
        + ", delivered "
        + delivered
        + ": lost "
        + lost.size()
        + ", unexpected "
        + unexpected.size()
        + ", recovered "
        + recovered.size()
        + ", duplicates "
        + duplicated()
        + " "
        + duplicates
        + ", inversions "
        + inversions.size()
        + ", gaps "
        + gaps.size()
        + ", overlaps "
        + overlaps.size();
  }
}
