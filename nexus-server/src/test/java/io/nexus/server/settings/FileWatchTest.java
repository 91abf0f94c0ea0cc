package io.nexus.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;
  private Path file;
  private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("file"), "first");
  }

  private String take() {
    return content(file);
  }

  private static String content(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String next() throws InterruptedException {
    return String.valueOf(taken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void change_whileOneIsTakenIn_isTakenInNext() throws Exception {
    Runnable changed =
        () -> {
          var content = take();
          if (content.equals("second")) {
            write("third");
          }
          taken.add(content);
        };
    try (var watch = new FileWatch(() -> Stream.of(file), changed)) {
      watch.start();
      write("second");
      assertEquals("second", next());
      assertEquals("third", next());
    }
  }

  @Test
  void change_afterTheFileWasTakenIn_isNoticedAtTheStart() throws Exception {
    var before = FileWatch.read(file);
    write("second");
    try (var watch = new FileWatch(() -> Stream.of(file), () -> taken.add(take()))) {
      watch.start(Map.of(file, before));
      assertEquals("second", next());
    }
  }

  @Test
  void failure_ofOneChange_doesNotEndTheWatch() throws Exception {
    Runnable changed =
        () -> {
          taken.add(take());
          throw new IllegalStateException("not this one");
        };
    try (var watch = new FileWatch(() -> Stream.of(file), changed)) {
      watch.start();
      write("second");
      assertEquals("second", next());
      write("third");
      assertEquals("third", next());
    }
  }

  @Test
  void fileThatIsNamedLater_isWatchedAndNotTakenInTwice() throws Exception {
    var other = Files.writeString(folder.resolve("other"), "other");
    var named = new LinkedBlockingQueue<Path>();
    named.add(file);
    Runnable changed =
        () -> {
          if (named.size() == 1) {
            named.add(other);
          }
          taken.add(take());
        };
    try (var watch = new FileWatch(named::stream, changed)) {
      watch.start();
      write("second");
      assertEquals("second", next());
      Files.writeString(other, "another");
      assertEquals("second", next(), "the other one has changed");
      assertNull(taken.poll(), "and nothing more");
    }
  }

  /** It changes after the reload has read it and before the watch knows of it. */
  @Test
  void fileThatIsNamedLater_changedMeanwhile_isTakenInAgain() throws Exception {
    var other = Files.writeString(folder.resolve("other"), "other");
    var named = new LinkedBlockingQueue<Path>();
    named.add(file);
    Runnable changed =
        () -> {
          taken.add(content(other));
          if (named.size() == 1) {
            named.add(other);
            write(other, "another");
          }
        };
    try (var watch = new FileWatch(named::stream, changed)) {
      watch.start();
      write("second");
      assertEquals("other", next());
      assertEquals("another", next());
      assertNull(taken.poll(), "and nothing more");
    }
  }

  private void write(String content) {
    write(file, content);
  }

  private static void write(Path path, String content) {
    try {
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
