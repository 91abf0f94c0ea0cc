package io.nexus.tokenizers;

import java.io.IOException;

/** The vocabularies of this module, each with the pattern that splits its text. */
enum Encoding {
  /** Of gpt-4o and what came after it. {@code o200k_harmony} adds special tokens only. */
  O200K_BASE("o200k_base"),
  /** Of gpt-4, gpt-3.5-turbo and the embedding models. */
  CL100K_BASE("cl100k_base");

  private final String published;

  Encoding(String published) {
    this.published = published;
  }

  /** The name of the file that OpenAI publishes it in. */
  String file() {
    return published + ".tiktoken";
  }

  /** The name of the table that the build makes of it. */
  String table() {
    return published + ".table";
  }

  /**
   * Opens the vocabulary in this module.
   *
   * @throws IOException if the table is missing or broken
   */
  TextCounter load() throws IOException {
    return new TextCounter(Vocabulary.of(Tables.open(table())), splitter());
  }

  private Splitter splitter() {
    return switch (this) {
      case O200K_BASE -> new O200kSplitter();
      case CL100K_BASE -> new Cl100kSplitter();
    };
  }
}
