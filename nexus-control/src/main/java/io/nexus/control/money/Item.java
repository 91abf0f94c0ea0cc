package io.nexus.control.money;

/**
 * A kind and a variant of it, such as {@code image:1024x1024:high}: what a price is given for and
 * what usage counts.
 *
 * @param kind what is billed
 * @param variant which of it, its parts divided by colons, the most general first; empty if the
 *     kind has none or it is not known
 */
public record Item(PriceKind kind, String variant) implements Comparable<Item> {

  /** A kind without a variant. */
  public static Item of(PriceKind kind) {
    return new Item(kind, "");
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if there is no such kind
   */
  public static Item parse(String text) {
    int colon = text.indexOf(':');
    var label = colon < 0 ? text : text.substring(0, colon);
    var kind =
        PriceKind.of(label)
            .orElseThrow(() -> new IllegalArgumentException("no kind of price: '" + label + "'"));
    return new Item(kind, colon < 0 ? "" : text.substring(colon + 1));
  }

  /** The same without the last part of the variant; itself if there is no variant. */
  Item general() {
    int colon = variant.lastIndexOf(':');
    return new Item(kind, colon < 0 ? "" : variant.substring(0, colon));
  }

  @Override
  public int compareTo(Item other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : variant.compareTo(other.variant);
  }

  /** The label, and after a colon the variant. */
  @Override
  public String toString() {
    return variant.isEmpty() ? kind.label() : kind.label() + ":" + variant;
  }
}
