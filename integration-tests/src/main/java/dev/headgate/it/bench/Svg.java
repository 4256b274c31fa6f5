package dev.headgate.it.bench;

import java.util.List;
import java.util.Locale;

/** The few elements of SVG that the pictures are made of. */
final class Svg {
  /** The gateway's, and the others'. */
  static final List<String> COLOURS = List.of("#2b6cb0", "#a0aec0");

  static final String END = "</svg>\n";

  private Svg() {}

  static String begin(int width, int height) {
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
        width,
        height,
        width,
        height);
  }

  static String text(double x, double y, String anchor, int size, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>%n",
        x,
        y,
        anchor,
        size,
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  /** Short: three digits count. */
  static String number(double value) {
    if (value >= 10_000) {
      return String.format(Locale.ROOT, "%.0fk", value / 1_000);
    }
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
