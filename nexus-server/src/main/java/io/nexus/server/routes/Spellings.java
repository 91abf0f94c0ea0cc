package io.nexus.server.routes;

import java.util.ArrayList;
import java.util.List;

/**
 * Alternative spellings of a path, as clients may be configured: with a slash at its end, without
 * {@code /v1}, or below {@code /openai}, where Azure has OpenAI's API.
 */
final class Spellings {

  private static final String VERSION = "/v1";
  private static final String AZURE = "/openai";

  private Spellings() {}

  /** The possible paths, likeliest first, without the given one. */
  static List<String> of(String path) {
    var plain = path;
    while (plain.length() > 1 && plain.endsWith("/")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    var meant = new ArrayList<String>();
    if (!plain.equals(path)) {
      meant.add(plain);
    }
    if (plain.startsWith(AZURE + VERSION + "/")) {
      meant.add(plain.substring(AZURE.length()));
    } else if (plain.startsWith(AZURE + "/")) {
      meant.add(VERSION + plain.substring(AZURE.length()));
    } else if (!plain.startsWith(VERSION + "/")) {
      meant.add(VERSION + plain);
    }
    return meant;
  }
}
