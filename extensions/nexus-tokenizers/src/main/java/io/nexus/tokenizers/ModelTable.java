package io.nexus.tokenizers;

import io.nexus.control.money.TokenCountTier;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads {@code models.csv}, the table of models; its head says what the columns are. */
final class ModelTable {
  private static final String RESOURCE = "models.csv";
  private static final int COLUMNS = 14;

  private ModelTable() {}

  /**
   * The table, longest prefix first, so that the first line that matches is the closest.
   *
   * @throws IllegalStateException if a line is malformed; says which
   * @throws UncheckedIOException if the table cannot be read
   */
  static List<ModelRule> read() {
    try (InputStream in = ModelTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new FileNotFoundException(RESOURCE + " is not in the module io.nexus.tokenizers");
      }
      var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      List<ModelRule> rules = new ArrayList<>();
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank() && !line.startsWith("#")) {
          rules.add(parse(line, number));
        }
      }
      rules.sort((one, other) -> Integer.compare(other.prefix().length(), one.prefix().length()));
      return List.copyOf(rules);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the table of models", e);
    }
  }

  private static ModelRule parse(String line, int number) {
    String[] cells = line.split(",", -1);
    if (cells.length != COLUMNS) {
      throw new IllegalStateException(
          RESOURCE + " line " + number + ": " + cells.length + " columns, not " + COLUMNS);
    }
    try {
      String model = cells[0].strip();
      boolean open = model.endsWith("*");
      int[] tokens = new int[COLUMNS - 3];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = Integer.parseInt(cells[i + 3].strip());
      }
      if (model.isEmpty() || !model.equals(model.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("the model is not in lower case: '" + model + "'");
      }
      return new ModelRule(
          open ? model.substring(0, model.length() - 1) : model,
          open,
          Encoding.valueOf(cells[1].strip().toUpperCase(Locale.ROOT)),
          TokenCountTier.valueOf(cells[2].strip().toUpperCase(Locale.ROOT)),
          tokens[0],
          tokens[1],
          tokens[2],
          tokens[3],
          tokens[4],
          tokens[5],
          tokens[6],
          tokens[7],
          tokens[8],
          tokens[9],
          tokens[10]);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(RESOURCE + " line " + number + ": " + e.getMessage(), e);
    }
  }
}
