package io.nexus.control.pricing;

import io.nexus.control.money.Item;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelFacts.Thinking;
import io.nexus.control.money.ServiceTier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The built-in table as bytes, searched in place: start-up parses nothing, and memory holds a few
 * hundred kilobytes instead of an object for each of 28,835 prices.
 *
 * <p>The format, in order. Numbers are varints (seven bits a byte, low bits first), except offsets,
 * which are four bytes, big-endian:
 *
 * <ol>
 *   <li>{@link #MAGIC};
 *   <li>texts, each its length and its UTF-8: kinds of prices, tiers, days, sources, modes;
 *   <li>sheets, which models with the same prices share: the number of rows, then of each the
 *       kind's text, the tier's, the threshold, the day's text, the price's decimals and digits,
 *       the source's text;
 *   <li>models, each its name, the offset of its sheet (0 for none), its context window, longest
 *       prompt and longest output, its abilities, its mode's text;
 *   <li>for each provider the offsets of its models, in the order of their names' bytes;
 *   <li>providers: each name, the offset of those offsets and their number;
 *   <li>the offsets of the texts and of the providers: the last eight bytes.
 * </ol>
 */
final class CompactPrices {

  static final byte[] MAGIC = "NXP1".getBytes(StandardCharsets.US_ASCII);

  /** The pseudo-kind of a factor on the prices in a region; the tier column names the region. */
  static final String FACTOR = "factor";

  private static final List<Support> SUPPORT = List.of(Support.UNKNOWN, Support.YES, Support.NO);
  private static final List<Thinking> THINKING =
      List.of(Thinking.UNKNOWN, Thinking.NEVER, Thinking.ABLE, Thinking.DEFAULT, Thinking.ALWAYS);

  private final byte[] bytes;
  private final String[] texts;
  private final @Nullable Item[] items;
  private final @Nullable ServiceTier[] tiers;
  private final Map<String, Shelf> shelves;

  /** A provider's models: the offsets of their offsets. */
  private record Shelf(int first, int count) {}

  /** A reading position. Not for concurrent use. */
  private final class Cursor {
    private int at;

    Cursor(int at) {
      this.at = at;
    }

    long number() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    int small() {
      return Math.toIntExact(number());
    }

    int offset() {
      at += 4;
      return (bytes[at - 4] & 0xff) << 24
          | (bytes[at - 3] & 0xff) << 16
          | (bytes[at - 2] & 0xff) << 8
          | (bytes[at - 1] & 0xff);
    }

    String text() {
      int length = small();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    BigInteger digits() {
      int length = small();
      at += length;
      return new BigInteger(bytes, at - length, length);
    }
  }

  /**
   * @throws IllegalArgumentException if the bytes are not such a table
   */
  CompactPrices(byte[] bytes) {
    if (bytes.length < MAGIC.length + 8
        || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new IllegalArgumentException("no table of prices");
    }
    this.bytes = bytes;
    var end = new Cursor(bytes.length - 8);
    var words = new Cursor(end.offset());
    texts = new String[words.small()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = words.text();
    }
    items = new Item[texts.length];
    tiers = new ServiceTier[texts.length];
    var list = new Cursor(end.offset());
    shelves = HashMap.newHashMap(128);
    for (int left = list.small(); left > 0; left--) {
      var name = list.text();
      shelves.put(name, new Shelf(list.offset(), list.small()));
    }
  }

  /** The providers that are listed. */
  Set<String> providers() {
    return shelves.keySet();
  }

  /** The names of a provider's models, in the order of their bytes. */
  List<String> models(String provider) {
    var shelf = shelves.get(provider);
    var names = new ArrayList<String>();
    for (int i = 0; shelf != null && i < shelf.count(); i++) {
      names.add(new Cursor(model(shelf, i)).text());
    }
    return names;
  }

  /** Whether exactly this name is listed with prices. */
  boolean isPriced(String provider, String model) {
    int at = find(provider, model);
    if (at < 0) {
      return false;
    }
    var cursor = new Cursor(at);
    int length = cursor.small();
    cursor.at += length;
    return cursor.offset() != 0;
  }

  /** The prices of exactly this name; empty if it is not listed or has no price. */
  Optional<PriceSheet> sheet(String provider, String model) {
    int at = find(provider, model);
    if (at < 0) {
      return Optional.empty();
    }
    var cursor = new Cursor(at);
    var name = cursor.text();
    int sheet = cursor.offset();
    if (sheet == 0) {
      return Optional.empty();
    }
    for (int skipped = 0; skipped < 4; skipped++) {
      cursor.number();
    }
    return Optional.of(sheet(sheet, name, texts[cursor.small()]));
  }

  /** The facts listed for exactly this name. */
  ModelFacts facts(String provider, String model) {
    int at = find(provider, model);
    if (at < 0) {
      return ModelFacts.UNKNOWN;
    }
    var cursor = new Cursor(at);
    cursor.text();
    cursor.offset();
    long window = cursor.number();
    long prompt = cursor.number();
    long output = cursor.number();
    int abilities = cursor.small();
    return new ModelFacts(
        window,
        prompt,
        output,
        SUPPORT.get(abilities & 3),
        Support.UNKNOWN,
        THINKING.get(abilities >> 2 & 7),
        texts[cursor.small()],
        (abilities >> 5 & 1) == 1);
  }

  private PriceSheet sheet(int offset, String model, String mode) {
    var cursor = new Cursor(offset);
    int count = cursor.small();
    var rows = new ArrayList<PriceSheet.Row>(count);
    var regions = new HashMap<String, BigDecimal>();
    for (int i = 0; i < count; i++) {
      int what = cursor.small();
      int tier = cursor.small();
      long above = cursor.number();
      var from = texts[cursor.small()];
      int decimals = cursor.small();
      var price = new BigDecimal(cursor.digits(), decimals);
      var source = texts[cursor.small()];
      if (texts[what].equals(FACTOR)) {
        regions.put(texts[tier], price);
      } else {
        rows.add(
            new PriceSheet.Row(
                item(what),
                tier(tier),
                above,
                from.isEmpty() ? LocalDate.MIN : LocalDate.parse(from),
                price,
                source));
      }
    }
    return PriceSheet.of(model, mode, rows, regions);
  }

  /** Created once; two threads may do so at once, with the same result. */
  private Item item(int text) {
    var known = items[text];
    if (known == null) {
      known = Item.parse(texts[text]);
      items[text] = known;
    }
    return known;
  }

  private ServiceTier tier(int text) {
    var known = tiers[text];
    if (known == null) {
      known = ServiceTier.of(texts[text]);
      tiers[text] = known;
    }
    return known;
  }

  private int find(String provider, String model) {
    var shelf = shelves.get(provider);
    return shelf == null ? -1 : find(shelf, model.getBytes(StandardCharsets.UTF_8));
  }

  /** The offset of the model of that name; negative if there is none. */
  private int find(Shelf shelf, byte[] name) {
    int low = 0;
    int high = shelf.count() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = model(shelf, middle);
      var cursor = new Cursor(at);
      int length = cursor.small();
      int order =
          Arrays.compareUnsigned(bytes, cursor.at, cursor.at + length, name, 0, name.length);
      if (order == 0) {
        return at;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private int model(Shelf shelf, int index) {
    return new Cursor(shelf.first() + 4 * index).offset();
  }
}
