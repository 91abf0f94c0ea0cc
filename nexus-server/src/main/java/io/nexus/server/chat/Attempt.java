package io.nexus.server.chat;

import io.nexus.control.budget.Caller;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Candidate;

/**
 * One try to serve a request.
 *
 * @param exchange the request and the way to answer it
 * @param caller who sent it
 * @param chat what it says
 * @param candidate where it is sent
 * @param destination the same, with its meters
 * @param claim what is held for it
 * @param reason why it is sent there
 * @param number 1 for the first
 */
record Attempt(
    Exchange exchange,
    Caller caller,
    ChatRequest chat,
    Candidate candidate,
    Destination destination,
    Claim.Taken claim,
    RouteReason reason,
    int number) {

  static Attempt of(
      Exchange exchange, ChatRequest chat, Held held, Destination destination, int number) {
    return new Attempt(
        exchange,
        held.intent().request().caller(),
        chat,
        held.candidate(),
        destination,
        held.claim(),
        RouteReason.of(held.intent(), held.candidate(), number > 1),
        number);
  }
}
