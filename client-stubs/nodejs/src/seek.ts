/** A place to move a group's position to: `"start"`, `"end"`, a time, or the position of a message. */
export type SeekTarget =
  /** The oldest message that the engine still has; past the newest message. */
  | "start"
  | "end"
  /** The first message stored at or after this time. */
  | { readonly time: Date }
  /** A position as a delivery or a receipt names it; moves that partition only. */
  | { readonly position: string };

/** Which messages a group wants; all members of a group must ask for the same. */
export type Filter =
  /** Messages with one of these tags. */
  | { readonly tags: readonly string[] }
  /** An SQL-92 expression over headers and `tag`: `region = 'eu' AND size > 3`. At most 4 KiB. */
  | { readonly expression: string };
