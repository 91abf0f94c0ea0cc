package io.nexus.control.pricing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that the built-in table is made of, as their heads explain them. */
final class PriceFiles {

  static final Path FOLDER = Path.of("src", "prices");

  private PriceFiles() {}

  /** A row of prices.csv, its cells as they are written. */
  record PriceRow(
      String provider,
      String model,
      String what,
      String tier,
      String above,
      String from,
      String price,
      String source) {

    BigDecimal usd() {
      return new BigDecimal(price);
    }

    long threshold() {
      return above.isEmpty() ? 0 : Long.parseLong(above);
    }
  }

  /** A row, its cells by their column. */
  record Row(Map<String, String> cells) {

    String cell(String column) {
      return cells.getOrDefault(column, "");
    }

    long number(String column) {
      return cell(column).isEmpty() ? 0 : Long.parseLong(cell(column));
    }
  }

  /** A model at a provider. */
  record Name(String provider, String model) implements Comparable<Name> {

    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::provider).thenComparing(Name::model);

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }
  }

  static List<PriceRow> prices() {
    return rows("prices.csv").stream()
        .map(
            row ->
                new PriceRow(
                    row.cell("provider"),
                    row.cell("model"),
                    row.cell("what"),
                    row.cell("tier"),
                    row.cell("above"),
                    row.cell("from"),
                    row.cell("price"),
                    row.cell("source")))
        .toList();
  }

  /** The prices of each model, in the order of the file. */
  static SortedMap<Name, List<PriceRow>> byModel() {
    var models = new TreeMap<Name, List<PriceRow>>();
    for (var row : prices()) {
      models
          .computeIfAbsent(new Name(row.provider(), row.model()), _ -> new ArrayList<>())
          .add(row);
    }
    return models;
  }

  static SortedMap<Name, Row> models() {
    var models = new TreeMap<Name, Row>();
    for (var row : rows("models.csv")) {
      models.put(new Name(row.cell("provider"), row.cell("model")), row);
    }
    return models;
  }

  private static List<Row> rows(String file) {
    try {
      var rows = new ArrayList<Row>();
      String[] columns = {};
      for (var line : Files.readAllLines(FOLDER.resolve(file))) {
        if (line.startsWith("#")) {
          continue;
        }
        var cells = line.split(",", -1);
        if (columns.length == 0) {
          columns = cells;
          continue;
        }
        if (cells.length != columns.length) {
          throw new IllegalStateException(file + ": not as many cells as columns: " + line);
        }
        var row = new HashMap<String, String>();
        for (int i = 0; i < cells.length; i++) {
          row.put(columns[i], cells[i]);
        }
        rows.add(new Row(row));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
