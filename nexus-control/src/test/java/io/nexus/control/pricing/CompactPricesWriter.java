package io.nexus.control.pricing;

import io.nexus.control.pricing.PriceFiles.Name;
import io.nexus.control.pricing.PriceFiles.PriceRow;
import io.nexus.control.pricing.PriceFiles.Row;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes what {@link CompactPrices} reads. The same files make the same bytes. */
final class CompactPricesWriter {

  private static final List<String> SUPPORT = List.of("", "y", "n");
  private static final List<String> THINKING = List.of("", "n", "y", "default", "always");
  private static final Comparator<String> BY_BYTES =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> texts = new HashMap<>();

  private CompactPricesWriter() {}

  /** The table of these files. */
  static byte[] write(Map<Name, List<PriceRow>> prices, Map<Name, Row> models) {
    return new CompactPricesWriter().table(prices, models);
  }

  private byte[] table(Map<Name, List<PriceRow>> prices, Map<Name, Row> models) {
    out.writeBytes(CompactPrices.MAGIC);
    int textsAt = out.size();
    texts(prices, models);
    var sheets = sheets(prices);
    var offsets = new TreeMap<String, TreeMap<String, Integer>>();
    var names = new TreeSet<>(prices.keySet());
    names.addAll(models.keySet());
    for (var name : names) {
      offsets
          .computeIfAbsent(name.provider(), _ -> new TreeMap<>(BY_BYTES))
          .put(name.model(), out.size());
      model(name, sheets, models.getOrDefault(name, new Row(Map.of())));
    }
    var shelves = new TreeMap<String, Integer>();
    offsets.forEach(
        (provider, shelf) -> {
          shelves.put(provider, out.size());
          shelf.values().forEach(this::offset);
        });
    int providersAt = out.size();
    number(shelves.size());
    offsets.forEach(
        (provider, shelf) -> {
          text(provider);
          offset(shelves.getOrDefault(provider, 0));
          number(shelf.size());
        });
    offset(textsAt);
    offset(providersAt);
    return out.toByteArray();
  }

  private void texts(Map<Name, List<PriceRow>> prices, Map<Name, Row> models) {
    var all = new TreeSet<String>();
    all.add("");
    prices
        .values()
        .forEach(
            rows ->
                rows.forEach(
                    row -> all.addAll(List.of(row.what(), row.tier(), row.from(), row.source()))));
    models.values().forEach(model -> all.add(model.cell("mode")));
    number(all.size());
    for (var text : all) {
      texts.put(text, texts.size());
      text(text);
    }
  }

  /** Each sheet once; models with the same rows share it. */
  private Map<Name, Integer> sheets(Map<Name, List<PriceRow>> prices) {
    var written = new HashMap<List<PriceRow>, Integer>();
    var sheets = new HashMap<Name, Integer>();
    prices.forEach(
        (name, rows) -> {
          var nameless = new ArrayList<PriceRow>();
          for (var row : rows) {
            nameless.add(
                new PriceRow(
                    "",
                    "",
                    row.what(),
                    row.tier(),
                    row.above(),
                    row.from(),
                    row.price(),
                    row.source()));
          }
          sheets.put(name, written.computeIfAbsent(nameless, this::sheet));
        });
    return sheets;
  }

  private int sheet(List<PriceRow> rows) {
    int at = out.size();
    number(rows.size());
    for (var row : rows) {
      known(row.what());
      known(row.tier());
      number(row.threshold());
      known(row.from());
      var price = row.usd();
      if (price.scale() < 0) {
        price = price.setScale(0);
      }
      number(price.scale());
      digits(price);
      known(row.source());
    }
    return at;
  }

  private void model(Name name, Map<Name, Integer> sheets, Row facts) {
    text(name.model());
    offset(sheets.getOrDefault(name, 0));
    number(facts.number("context_window"));
    number(facts.number("max_input"));
    number(facts.number("max_output"));
    number(
        index(SUPPORT, facts.cell("vision"))
            | (index(THINKING, facts.cell("reasoning")) << 2)
            | (facts.cell("search_unit").equals("query") ? 1 << 5 : 0));
    known(facts.cell("mode"));
  }

  private static int index(List<String> values, String value) {
    int index = values.indexOf(value);
    if (index < 0) {
      throw new IllegalStateException("'" + value + "' is none of " + values);
    }
    return index;
  }

  private void known(String text) {
    number(texts.getOrDefault(text, -1));
  }

  private void number(long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void offset(int value) {
    out.write(value >>> 24);
    out.write(value >>> 16);
    out.write(value >>> 8);
    out.write(value);
  }

  private void text(String text) {
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    out.writeBytes(utf8);
  }

  private void digits(BigDecimal price) {
    var digits = price.unscaledValue().toByteArray();
    number(digits.length);
    out.writeBytes(digits);
  }
}
