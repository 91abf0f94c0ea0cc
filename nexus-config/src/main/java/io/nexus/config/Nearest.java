package io.nexus.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that a misspelt one probably means. */
final class Nearest {

  /**
   * Longer names are not compared: they are not typing errors, and the cost grows with the length.
   */
  private static final int LONGEST = 200;

  private Nearest() {}

  /**
   * The known name that is nearest to the given one: by edit distance, where a name that contains
   * the other counts as one edit away; of equally near names the first in alphabetical order.
   */
  static Optional<String> to(String given, Collection<String> known) {
    var name = given.substring(0, Math.min(given.length(), LONGEST));
    return known.stream()
        .min(
            Comparator.comparingInt((String candidate) -> distance(name, candidate))
                .thenComparingInt(candidate -> editDistance(name, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int distance(String name, String candidate) {
    int edits = editDistance(name, candidate);
    boolean contained =
        name.length() >= 3 && (candidate.contains(name) || name.contains(candidate));
    return contained ? Math.min(edits, 1) : edits;
  }

  /**
   * The number of insertions, deletions, replacements and swaps of neighbours that turn a into b.
   */
  static int editDistance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
