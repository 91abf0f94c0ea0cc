package io.nexus.control.money;

/**
 * A kind and a variant of it, such as {@code image:1024x1024:high}. Prices are given and usage is
 * counted by item.
 *
 * @param kind the billed kind
 * @param variant its parts separated by colons, the most general first; empty if there is none or
 *     it is not known
 */
public record Item(PriceKind kind, String variant) implements Comparable<Item> {

  /** A kind without a variant. */
  public static Item of(PriceKind kind) {
    return new Item(kind, "");
  }

  /**
   * Parses the output of {@link #toString}.
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

  /** This item without the last part of its variant; itself if it has none. */
  Item general() {
    int colon = variant.lastIndexOf(':');
    return new Item(kind, colon < 0 ? "" : variant.substring(0, colon));
  }

  @Override
  public int compareTo(Item other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : variant.compareTo(other.variant);
  }

  /** The label, then a colon and the variant if there is one. */
  @Override
  public String toString() {
    return variant.isEmpty() ? kind.label() : kind.label() + ":" + variant;
  }
}
