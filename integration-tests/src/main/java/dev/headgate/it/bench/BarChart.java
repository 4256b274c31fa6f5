package dev.headgate.it.bench;

import java.util.List;
import java.util.Locale;

/** A picture of one figure of each contender of a workload: horizontal bars. */
final class BarChart {
  private static final int WIDTH = 760;
  private static final int LEFT = 260;
  private static final int BAR = 22;
  private static final int STEP = 32;
  private static final int TOP = 48;

  private BarChart() {}

  /** One bar. */
  record Bar(String label, double value) {}

  /** As SVG. */
  static String svg(String title, String unit, List<Bar> bars) {
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    StringBuilder svg = new StringBuilder(Svg.begin(WIDTH, TOP + bars.size() * STEP + 12));
    svg.append(Svg.text(12, 26, "start", 16, title + " — " + unit));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int y = TOP + i * STEP;
      double width = most > 0 ? (WIDTH - LEFT - 110) * bar.value() / most : 0;
      svg.append(Svg.text(LEFT - 8, y + 16, "end", 12, bar.label()));
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
              LEFT,
              y,
              width,
              BAR,
              Svg.COLOURS.get(bar.label().startsWith("gateway") ? 0 : 1)));
      svg.append(Svg.text(LEFT + width + 6, y + 16, "start", 12, Svg.number(bar.value())));
    }
    return svg.append(Svg.END).toString();
  }
}
