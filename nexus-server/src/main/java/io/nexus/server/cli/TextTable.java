package io.nexus.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A table in a terminal. Columns are as wide as needed; the first and the listed ones are
 * left-aligned, the others right-aligned.
 */
final class TextTable {

  private static final String GAP = "  ";

  private final List<String> head;
  private final List<Integer> left;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param left further left-aligned columns
   */
  TextTable(List<String> head, Integer... left) {
    this.head = head;
    this.left = List.of(left);
    rows.add(head);
  }

  void add(List<String> row) {
    rows.add(row);
  }

  void addRule() {
    rows.add(List.of());
  }

  void print(PrintWriter out) {
    var widths = new ArrayList<>(Collections.nCopies(head.size(), 0));
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths.set(i, Math.max(widths.get(i), width(row.get(i))));
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < head.size(); i++) {
        var text = row.isEmpty() ? "-".repeat(widths.get(i)) : row.get(i);
        var padding = " ".repeat(widths.get(i) - width(text));
        line.append(i == 0 ? "" : GAP);
        line.append(i == 0 || left.contains(i) ? text + padding : padding + text);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
