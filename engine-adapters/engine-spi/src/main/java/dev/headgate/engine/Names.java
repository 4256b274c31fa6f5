package dev.headgate.engine;

/** How a refused name is shown in an error: short, and without control characters. */
final class Names {
  private static final int MAX_SHOWN = 40;

  private Names() {}

  static String shown(String name) {
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN) + "…";
  }
}
