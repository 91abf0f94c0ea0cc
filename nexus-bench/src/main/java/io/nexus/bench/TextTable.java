package io.nexus.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in plain text: the first column flush left, figures flush right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;
  private final int lastFigure;

  /**
   * A table without rows.
   *
   * @param figures how many columns after the first hold figures; those after them are text
   * @param header the columns' titles
   */
  public TextTable(int figures, String... header) {
    this.columns = header.length;
    this.lastFigure = figures;
    rows.add(List.of(header));
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has not as many cells as the header
   */
  public void row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(columns + " cells expected: " + Arrays.toString(cells));
    }
    rows.add(List.of(cells));
  }

  /** The table, each line ended by a line feed. */
  public String text() {
    int[] widths = new int[columns];
    for (var row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    var text = new StringBuilder();
    appendRow(text, rows.getFirst(), widths);
    appendRow(text, Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths);
    for (var row : rows.subList(1, rows.size())) {
      appendRow(text, row, widths);
    }
    return text.toString();
  }

  private void appendRow(StringBuilder text, List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int column = 0; column < columns; column++) {
      var cell = row.get(column);
      var padding = " ".repeat(widths[column] - cell.length());
      boolean figure = column > 0 && column <= lastFigure;
      line.append(column == 0 ? "" : GAP).append(figure ? padding + cell : cell + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
