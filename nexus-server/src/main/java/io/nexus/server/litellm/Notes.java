package io.nexus.server.litellm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Notes for the operator about single lines: what has no counterpart, and what is left to do. */
final class Notes {

  private final List<ProxyImport.Note> notes = new ArrayList<>();

  void add(int line, String path, String text) {
    var note = new ProxyImport.Note(line, path, text);
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  void noCounterpart(int line, String path, String instead) {
    add(line, path, instead.isEmpty() ? "has no counterpart" : "has no counterpart: " + instead);
  }

  List<ProxyImport.Note> inOrder() {
    return notes.stream().sorted(Comparator.comparingInt(ProxyImport.Note::line)).toList();
  }
}
