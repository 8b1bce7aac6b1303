@echo off
rem The command `tillbridge` of the installed service: that of the version that runs.
rem It changes nothing in the working directory.
setlocal
set "version="
for /f "usebackq delims=" %%v in ("%~dp0current") do set "version=%%v"
if not defined version goto missing
if not exist "%~dp0versions\%version%\bin\tillbridge.cmd" goto missing
"%~dp0versions\%version%\bin\tillbridge.cmd" %*

:missing
echo tillbridge: "%~dp0current" names no version that is in "%~dp0versions". Install Tillbridge again: your data stays. 1>&2
exit /b 1
