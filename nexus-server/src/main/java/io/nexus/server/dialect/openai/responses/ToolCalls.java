package io.nexus.server.dialect.openai.responses;

import io.nexus.control.money.Item;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import java.util.HashSet;
import java.util.Set;

/**
 * The calls of the provider's own tools in one answer. Each is an item of its output. Not for
 * concurrent use.
 *
 * @see <a href="https://platform.openai.com/docs/pricing#built-in-tools">What they cost</a>
 */
final class ToolCalls {

  private long searches;
  private long fileSearches;
  private long pictures;
  private long others;
  private long sessions;
  private final Set<String> containers = new HashSet<>();

  /**
   * Notes an item.
   *
   * @param type its type
   * @param action the type of its action; empty if it has none
   * @param container where its code ran; empty if not given
   */
  void note(String type, String action, String container) {
    switch (type) {
      case "web_search_call" -> {
        // Opening a found page and searching in it are free.
        boolean free = action.equals("open_page") || action.equals("find_in_page");
        searches += free ? 0 : 1;
        others += free ? 1 : 0;
      }
      case "file_search_call" -> fileSearches++;
      case "image_generation_call" -> pictures++;
      case "code_interpreter_call", "shell_call" -> {
        boolean known = container.isEmpty() ? sessions > 0 : !containers.add(container);
        sessions += known ? 0 : 1;
        others += known ? 1 : 0;
      }
      case "mcp_call" -> others++;
      default -> {}
    }
  }

  /** The number of all calls, free ones included. */
  long all() {
    return searches + fileSearches + pictures + sessions + others;
  }

  /**
   * Adds the calls to the usage.
   *
   * @param search the requested kind of search, as price lists name it; empty for the default
   */
  Usage addedTo(Usage usage, String search) {
    var more = usage;
    if (searches > 0) {
      more = more.with(new Item(PriceKind.SEARCH, search), searches);
    }
    if (fileSearches > 0) {
      more = more.with(PriceKind.FILE_SEARCH, fileSearches);
    }
    if (sessions > 0) {
      more = more.with(PriceKind.CODE_SESSION, sessions);
    }
    return pictures > 0 ? more.with(PriceKind.IMAGE, pictures) : more;
  }
}
