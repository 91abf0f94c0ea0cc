package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two translations in sequence: APIs without a direct translation go through chat.
 *
 * @param first from the client's API
 * @param second from the first one's result to the backend's API
 */
record Chain(Translation first, Translation second) implements Translation {

  @Override
  public Api from() {
    return first.from();
  }

  @Override
  public Api to() {
    return second.to();
  }

  @Override
  public Said say(ObjectNode request, Target target) {
    var middle = first.say(request, target);
    var last = second.say(middle.body(), target);
    return new Said(
        last.target(),
        last.body(),
        Stream.of(middle.omitted(), last.omitted()).flatMap(List::stream).toList(),
        new ChainedBack(middle.back(), last.back()));
  }

  /** The way back: the second's output is the first's input. */
  private record ChainedBack(Back first, Back second) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      return first.answer(second.answer(answer));
    }

    @Override
    public Story story(long inputTokens) {
      return new ChainedStory(first.story(inputTokens), second.story(inputTokens));
    }
  }

  private record ChainedStory(Story first, Story second) implements Story {

    @Override
    public void tell(ObjectNode event, EventText client) {
      second.tell(event, EventText.heard(middle -> first.tell(middle, client)));
    }

    @Override
    public void end(EventText client) {
      second.end(EventText.heard(middle -> first.tell(middle, client)));
      first.end(client);
    }
  }
}
