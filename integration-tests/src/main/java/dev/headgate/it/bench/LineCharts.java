package dev.headgate.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A picture of a curve: a panel for each of its values, all over the same growing thing. */
final class LineCharts {
  private static final int COLUMNS = 3;
  private static final int PANEL_WIDTH = 280;
  private static final int PANEL_HEIGHT = 190;
  private static final int TOP = 44;
  private static final int INSET_LEFT = 58;
  private static final int INSET_TOP = 30;
  private static final int PLOT_WIDTH = PANEL_WIDTH - INSET_LEFT - 22;
  private static final int PLOT_HEIGHT = PANEL_HEIGHT - INSET_TOP - 34;

  private LineCharts() {}

  /** As SVG. */
  static String svg(Curve curve) {
    List<String> names = new ArrayList<>(curve.names());
    int rows = (names.size() + COLUMNS - 1) / COLUMNS;
    StringBuilder svg =
        new StringBuilder(Svg.begin(COLUMNS * PANEL_WIDTH, TOP + rows * PANEL_HEIGHT));
    svg.append(Svg.text(12, 26, "start", 16, curve.title() + ", over " + curve.growing()));
    for (int i = 0; i < names.size(); i++) {
      panel(
          svg,
          curve,
          names.get(i),
          i % COLUMNS * PANEL_WIDTH + INSET_LEFT,
          TOP + i / COLUMNS * PANEL_HEIGHT + INSET_TOP);
    }
    return svg.append(Svg.END).toString();
  }

  private static void panel(StringBuilder svg, Curve curve, String name, int left, int top) {
    List<Curve.Point> points =
        curve.points().stream().filter(point -> point.values().containsKey(name)).toList();
    double mostX = points.stream().mapToDouble(Curve.Point::at).max().orElse(1);
    double mostY =
        points.stream().mapToDouble(p -> p.values().getOrDefault(name, 0.0)).max().orElse(1);
    double scaleX = mostX > 0 ? mostX : 1;
    double scaleY = mostY > 0 ? mostY * 1.1 : 1;
    int bottom = top + PLOT_HEIGHT;
    svg.append(Svg.text(left, top - 10, "start", 12, name));
    svg.append(Svg.text(left - 6, top + 8, "end", 10, Svg.number(scaleY)));
    svg.append(Svg.text(left - 6, bottom, "end", 10, "0"));
    svg.append(Svg.text(left, bottom + 14, "middle", 10, "0"));
    svg.append(Svg.text(left + PLOT_WIDTH, bottom + 14, "middle", 10, Svg.number(scaleX)));
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#888\"/>%n",
            left,
            top,
            bottom,
            left + PLOT_WIDTH));
    StringBuilder line = new StringBuilder();
    for (Curve.Point point : points) {
      double x = left + PLOT_WIDTH * point.at() / scaleX;
      double y = bottom - PLOT_HEIGHT * point.values().getOrDefault(name, 0.0) / scaleY;
      line.append(String.format(Locale.ROOT, "%s%.1f %.1f", line.isEmpty() ? "M" : "L", x, y));
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>%n",
              x,
              y,
              Svg.COLOURS.get(0)));
    }
    svg.append(
        String.format(
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
            line, Svg.COLOURS.get(0)));
  }
}
