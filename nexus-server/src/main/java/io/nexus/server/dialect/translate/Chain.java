package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;

/**
 * Two translations in sequence, for APIs without a direct one, by way of chat.
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
  public Said say(ObjectNode request, Target target, Wording wording) {
    var middle = first.say(request, target.further(), wording);
    var last = second.say(middle.body(), target, wording);
    return new Said(
        last.target(), last.body(), last.omitted(), new ChainedBack(middle.back(), last.back()));
  }

  /** Translates answers back: the second one's output is the first one's input. */
  private record ChainedBack(Back first, Back second) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      return first.answer(second.answer(answer));
    }

    @Override
    public EventTranslation events(long inputTokens) {
      return new ChainedEventTranslation(first.events(inputTokens), second.events(inputTokens));
    }
  }

  private record ChainedEventTranslation(EventTranslation first, EventTranslation second)
      implements EventTranslation {

    @Override
    public void translate(ObjectNode event, EventText client) {
      second.translate(event, EventText.handedTo(middle -> first.translate(middle, client)));
    }

    @Override
    public void end(EventText client) {
      second.end(EventText.handedTo(middle -> first.translate(middle, client)));
      first.end(client);
    }

    @Override
    public long waitingChars() {
      return first.waitingChars();
    }
  }
}
