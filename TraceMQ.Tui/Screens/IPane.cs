using TraceMQ.Tui.Core;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tui.Screens;

/// <summary>A part of the screen: it paints a state, and says what keys and mouse mean for it. It keeps only what nobody else cares about, such as where it is scrolled to.</summary>
internal interface IPane
{
    /// <summary>Paints.</summary>
    /// <param name="canvas">The picture.</param>
    /// <param name="box">Where.</param>
    /// <param name="state">What.</param>
    /// <param name="hasKeys">It has the keys.</param>
    void Paint(Canvas canvas, Box box, AppState state, bool hasKeys);

    /// <summary>What a command means that views carry out: moving, folding.</summary>
    /// <returns>The event; null where it means nothing or concerned only the view itself.</returns>
    AppEvent? Do(string command, AppState state);

    /// <summary>What a click or a turn of the wheel means.</summary>
    AppEvent? Mouse(MouseAction mouse, AppState state);
}
